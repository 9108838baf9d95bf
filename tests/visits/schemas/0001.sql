BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE lookup_attempt (
	attempt_id INTEGER NOT NULL, 
	visit_id TEXT NOT NULL, 
	asked_at DATETIME NOT NULL, 
	elapsed_ms FLOAT NOT NULL, 
	request TEXT NOT NULL, 
	http_status INTEGER, 
	answer TEXT, 
	failure TEXT, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "lookup_attempt" VALUES(1,'checked-in','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(2,'pending','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(3,'held','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(4,'settled','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(5,'settled','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',200,'{"maKetQua":"000"}',NULL,'');
CREATE TABLE owed_lookup (
	visit_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	full_name TEXT NOT NULL, 
	birth_date TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	next_at DATETIME, 
	leased_by TEXT, 
	leased_until DATETIME, 
	PRIMARY KEY (visit_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "owed_lookup" VALUES('pending','DN4799900000001','Nguyễn Thử Số 1','1990-02-01','2026-11-23 01:30:01.000000',0,'gateway_timeout',NULL,NULL,NULL);
CREATE TABLE queue_counter (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	day DATE NOT NULL, 
	last_number INTEGER NOT NULL, 
	PRIMARY KEY (mode, facility, day)
);
INSERT INTO "queue_counter" VALUES('live','99999','2026-11-23',4);
CREATE TABLE visit (
	visit_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	day DATE NOT NULL, 
	created_at DATETIME NOT NULL, 
	source TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	status TEXT NOT NULL, 
	verdict TEXT, 
	reason TEXT, 
	result_code TEXT, 
	followed_from TEXT, 
	queue_number INTEGER, 
	full_name TEXT, 
	number TEXT, 
	card JSON NOT NULL, 
	coverage JSON, 
	differences JSON NOT NULL, 
	warnings JSON NOT NULL, 
	confirm_reason TEXT, 
	rechecked_at DATETIME, 
	PRIMARY KEY (visit_id), 
	CONSTRAINT uq_visit_queue_number UNIQUE (mode, facility, day, queue_number)
);
INSERT INTO "visit" VALUES('checked-in','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','checked_in','eligible','ok','000',NULL,1,'NGUYỄN THỬ SỐ 0','DN4799900000000','{"kind":"health_card","card_number":"DN4799900000000","social_insurance_number":null,"full_name":"Nguyễn Thử Số 0","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}','{"card_number":"DN4799900000000","social_insurance_number":"9900000000","full_name":"NGUYỄN THỬ SỐ 0","birth_date":"1990-02-01","sex":"female","address":"1 Đường Mẫu","primary_facility":"99999","primary_facility_name":"Cơ sở tập huấn","issuing_office":"BHXH Mẫu","valid_from":"2026-01-01","valid_to":"2026-12-31","living_area":null,"five_years_from":"2030-01-01","benefit_level":4,"new_card":null}','[]','[]',NULL,NULL);
INSERT INTO "visit" VALUES('pending','live','99999','2026-11-23','2026-11-23 01:30:01.000000','scan','Quầy 1','pending','undetermined','gateway_timeout',NULL,NULL,2,'Nguyễn Thử Số 1','DN4799900000001','{"kind":"health_card","card_number":"DN4799900000001","social_insurance_number":null,"full_name":"Nguyễn Thử Số 1","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}',NULL,'[]','[]',NULL,NULL);
INSERT INTO "visit" VALUES('held','live','99999','2026-11-23','2026-11-23 01:30:02.000000','scan','Quầy 1','held','eligible','ok','000',NULL,NULL,'NGUYỄN THỬ SỐ 2','DN4799900000002','{"kind":"health_card","card_number":"DN4799900000002","social_insurance_number":null,"full_name":"Nguyễn Thử Số 2","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}','{"card_number":"DN4799900000002","social_insurance_number":"9900000002","full_name":"NGUYỄN THỬ SỐ 2","birth_date":"1990-02-01","sex":"female","address":"1 Đường Mẫu","primary_facility":"99999","primary_facility_name":"Cơ sở tập huấn","issuing_office":"BHXH Mẫu","valid_from":"2026-01-01","valid_to":"2026-12-31","living_area":null,"five_years_from":"2030-01-01","benefit_level":4,"new_card":null}','[]','[]',NULL,NULL);
INSERT INTO "visit" VALUES('settled','live','99999','2026-11-23','2026-11-23 01:30:03.000000','scan','Quầy 1','checked_in','eligible','ok','000',NULL,3,'NGUYỄN THỬ SỐ 3','DN4799900000003','{"kind":"health_card","card_number":"DN4799900000003","social_insurance_number":null,"full_name":"Nguyễn Thử Số 3","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}','{"card_number":"DN4799900000003","social_insurance_number":"9900000003","full_name":"NGUYỄN THỬ SỐ 3","birth_date":"1990-02-01","sex":"female","address":"1 Đường Mẫu","primary_facility":"99999","primary_facility_name":"Cơ sở tập huấn","issuing_office":"BHXH Mẫu","valid_from":"2026-01-01","valid_to":"2026-12-31","living_area":null,"five_years_from":"2030-01-01","benefit_level":4,"new_card":null}','[]','[]',NULL,'2026-11-23 02:30:00.000000');
INSERT INTO "visit" VALUES('self-pay','live','99999','2026-11-23','2026-11-23 01:30:04.000000','scan','Quầy 1','self_pay',NULL,NULL,NULL,NULL,4,'Nguyễn Thử Số 4','DN4799900000004','{"kind":"health_card","card_number":"DN4799900000004","social_insurance_number":null,"full_name":"Nguyễn Thử Số 4","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}',NULL,'[]','[]',NULL,NULL);
CREATE TABLE visit_event (
	event_id INTEGER NOT NULL, 
	visit_id TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	event TEXT NOT NULL, 
	status TEXT NOT NULL, 
	why TEXT, 
	PRIMARY KEY (event_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "visit_event" VALUES(1,'checked-in','2026-11-23 01:30:00.000000','recorded','checked_in','ok');
INSERT INTO "visit_event" VALUES(2,'pending','2026-11-23 01:30:01.000000','recorded','pending','gateway_timeout');
INSERT INTO "visit_event" VALUES(3,'held','2026-11-23 01:30:02.000000','recorded','held','ok');
INSERT INTO "visit_event" VALUES(4,'settled','2026-11-23 01:30:03.000000','recorded','pending','gateway_timeout');
INSERT INTO "visit_event" VALUES(5,'self-pay','2026-11-23 01:30:04.000000','recorded','self_pay',NULL);
INSERT INTO "visit_event" VALUES(6,'settled','2026-11-23 02:30:00.000000','settled','checked_in','ok');
CREATE TABLE visit_identity (
	visit_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (visit_id, "key"), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "visit_identity" VALUES('checked-in','card:DN4799900000000');
INSERT INTO "visit_identity" VALUES('checked-in','social:9900000000');
INSERT INTO "visit_identity" VALUES('pending','card:DN4799900000001');
INSERT INTO "visit_identity" VALUES('pending','social:9900000001');
INSERT INTO "visit_identity" VALUES('held','card:DN4799900000002');
INSERT INTO "visit_identity" VALUES('held','social:9900000002');
INSERT INTO "visit_identity" VALUES('settled','card:DN4799900000003');
INSERT INTO "visit_identity" VALUES('settled','social:9900000003');
INSERT INTO "visit_identity" VALUES('self-pay','card:DN4799900000004');
INSERT INTO "visit_identity" VALUES('self-pay','social:9900000004');
CREATE INDEX ix_visit_created ON visit (mode, facility, created_at, visit_id);
CREATE INDEX ix_visit_day ON visit (mode, facility, day, created_at);
CREATE INDEX ix_visit_status ON visit (mode, facility, status, created_at);
CREATE INDEX ix_visit_identity_key ON visit_identity ("key");
CREATE INDEX ix_lookup_attempt_visit ON lookup_attempt (visit_id);
CREATE INDEX ix_owed_lookup_next ON owed_lookup (next_at);
CREATE INDEX ix_visit_event_visit ON visit_event (visit_id);
COMMIT;
